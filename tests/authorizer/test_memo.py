"""The memo: bounded in entries and bytes, the least recently used forgotten first."""

from hashlib import sha256
from threading import Thread

from authorizer.memo import Memo, Vouched, token_digest


def vouched(size: int) -> Vouched:
    return Vouched("kid", b"x" * size)


def test_what_was_remembered_is_recalled() -> None:
    memo = Memo()
    memo.remember(b"1", vouched(10))

    assert memo.recall(b"1") == vouched(10)
    assert memo.recall(b"2") is None


def test_entries_are_bounded_and_the_least_recently_used_goes_first() -> None:
    memo = Memo(max_entries=2)
    memo.remember(b"1", vouched(1))
    memo.remember(b"2", vouched(1))
    memo.recall(b"1")
    memo.remember(b"3", vouched(1))

    assert [memo.recall(digest) is not None for digest in (b"1", b"2", b"3")] == [True, False, True]


def test_bytes_are_bounded() -> None:
    memo = Memo(max_bytes=100)
    for digest in (b"1", b"2", b"3"):
        memo.remember(digest, vouched(40))

    assert [memo.recall(digest) is not None for digest in (b"1", b"2", b"3")] == [False, True, True]


def test_what_is_larger_than_all_of_it_is_not_kept() -> None:
    memo = Memo(max_bytes=100)
    memo.remember(b"1", vouched(101))
    memo.remember(b"2", vouched(100))

    assert memo.recall(b"1") is None
    assert memo.recall(b"2") is not None


def test_remembering_twice_counts_once() -> None:
    memo = Memo(max_bytes=100)
    for _ in range(10):
        memo.remember(b"1", vouched(60))
    memo.remember(b"2", vouched(40))

    assert memo.recall(b"1") is not None


def test_empty_payloads_are_bounded_by_entries() -> None:
    memo = Memo(max_entries=3, max_bytes=0)
    for number in range(1000):
        memo.remember(str(number).encode(), vouched(0))

    assert sum(memo.recall(str(number).encode()) is not None for number in range(1000)) == 3


def test_threads_may_share_it() -> None:
    memo = Memo(max_entries=50, max_bytes=1000)

    def work(start: int) -> None:
        for number in range(start, start + 2000):
            memo.remember(str(number % 200).encode(), vouched(number % 30))
            memo.recall(str(number % 170).encode())

    threads = [Thread(target=work, args=(start,)) for start in range(0, 800, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = [entry for number in range(200) if (entry := memo.recall(str(number).encode())) is not None]
    assert len(kept) <= 50
    assert sum(len(entry.payload) for entry in kept) <= 1000
    # The count of bytes is right to the last: with room for nothing else, one entry of all the bytes fits.
    memo.remember(b"all", vouched(1000))
    assert memo.recall(b"all") is not None


def test_the_digest_is_sha_256() -> None:
    assert token_digest(b"token") == sha256(b"token").digest()
