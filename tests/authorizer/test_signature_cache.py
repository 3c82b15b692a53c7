"""The signature cache: bounded in entries and bytes, the least recently used evicted first."""

from hashlib import sha256
from threading import Thread

from authorizer.config import parse_config
from authorizer.signature_cache import SignatureCache, SignedPayload, token_digest
from testkit.signers import signer

from .documents import document

RULES = parse_config(document(signer("ES256"))).rules


def signed(size: int) -> SignedPayload:
    return SignedPayload("kid", RULES, b"x" * size)


def test_what_was_added_is_found() -> None:
    cache = SignatureCache()
    cache.add(b"1", signed(10))

    assert cache.get(b"1") == signed(10)
    assert cache.get(b"2") is None


def test_entries_are_bounded_and_the_least_recently_used_goes_first() -> None:
    cache = SignatureCache(max_entries=2)
    cache.add(b"1", signed(1))
    cache.add(b"2", signed(1))
    cache.get(b"1")
    cache.add(b"3", signed(1))

    assert [cache.get(digest) is not None for digest in (b"1", b"2", b"3")] == [True, False, True]


def test_bytes_are_bounded() -> None:
    cache = SignatureCache(max_bytes=100)
    for digest in (b"1", b"2", b"3"):
        cache.add(digest, signed(40))

    assert [cache.get(digest) is not None for digest in (b"1", b"2", b"3")] == [False, True, True]


def test_what_is_larger_than_all_of_it_is_not_kept() -> None:
    cache = SignatureCache(max_bytes=100)
    cache.add(b"1", signed(101))
    cache.add(b"2", signed(100))

    assert cache.get(b"1") is None
    assert cache.get(b"2") is not None


def test_adding_twice_counts_once() -> None:
    cache = SignatureCache(max_bytes=100)
    for _ in range(10):
        cache.add(b"1", signed(60))
    cache.add(b"2", signed(40))

    assert cache.get(b"1") is not None


def test_empty_payloads_are_bounded_by_entries() -> None:
    cache = SignatureCache(max_entries=3, max_bytes=0)
    for number in range(1000):
        cache.add(str(number).encode(), signed(0))

    assert sum(cache.get(str(number).encode()) is not None for number in range(1000)) == 3


def test_threads_may_share_it() -> None:
    cache = SignatureCache(max_entries=50, max_bytes=1000)

    def work(start: int) -> None:
        for number in range(start, start + 2000):
            cache.add(str(number % 200).encode(), signed(number % 30))
            cache.get(str(number % 170).encode())

    threads = [Thread(target=work, args=(start,)) for start in range(0, 800, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = [entry for number in range(200) if (entry := cache.get(str(number).encode())) is not None]
    assert len(kept) <= 50
    assert sum(len(entry.payload) for entry in kept) <= 1000
    # The count of bytes is right to the last: with room for nothing else, one entry of all the bytes fits.
    cache.add(b"all", signed(1000))
    assert cache.get(b"all") is not None


def test_the_digest_is_sha_256() -> None:
    assert token_digest(b"token") == sha256(b"token").digest()
