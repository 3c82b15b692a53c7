"""``make verdicts``: the attack corpus, judged by us, by PyJWT and by joserfc, side by side."""

from collections import Counter

from testkit.tokens import NOW
from tests.authorizer.corpus import GROUPS, Case, Group, cases, configuration
from tests.authorizer.observing import ObservedAuthorizer
from tests.oracles import JoserfcOracle, Oracle, Outcome, PyJwtOracle

_OURS, _PYJWT, _JOSERFC = "ours", "PyJWT", "joserfc"


class Verdicts:
    """The verdicts on a class of cases, by library and outcome."""

    def __init__(self) -> None:
        self.cases = 0
        self.counts: Counter[tuple[str, Outcome]] = Counter()
        self.laxer: Counter[str] = Counter()
        """Library -> cases that we deny and it does not."""


class Judges:
    """Everybody who judges, with the same keys and the same policy as far as they have one."""

    def __init__(self) -> None:
        document = configuration()
        jwks, issuers, audiences = document["keys"], document["issuers"], document["audiences"]
        self._ours = ObservedAuthorizer(document)
        self._oracles: dict[str, Oracle] = {
            _PYJWT: PyJwtOracle(jwks, issuers, audiences),  # type: ignore[arg-type] # the corpus's own document
            _JOSERFC: JoserfcOracle(jwks, issuers, audiences),  # type: ignore[arg-type]
        }

    def judge(self, case: Case, verdicts: Verdicts) -> None:
        """Add the verdicts on ``case``."""
        allowed = self._ours.decide(case.event)[0]["isAuthorized"]
        verdicts.cases += 1
        verdicts.counts[_OURS, Outcome.ALLOWED if allowed else Outcome.DENIED] += 1
        for name, oracle in self._oracles.items():
            outcome = oracle.judge(case.token or "", NOW).outcome
            verdicts.counts[name, outcome] += 1
            if not allowed and outcome != Outcome.DENIED:
                verdicts.laxer[name] += 1


def verdicts_by_class() -> dict[str, Verdicts]:
    """Class of attacks -> the verdicts. Cases that are not about a token (the request around it) are left out."""
    judges = Judges()
    return {group.name: verdicts for group in GROUPS if (verdicts := _of_class(judges, group)).cases}


def _of_class(judges: Judges, group: Group) -> Verdicts:
    verdicts = Verdicts()
    for alg in group.algorithms:
        if alg.startswith("ML-DSA"):
            continue  # neither of the others has it
        for case in cases(group, alg):
            if case.token is not None:
                judges.judge(case, verdicts)
    return verdicts


def cases_by_algorithm() -> str:
    """How many there are, and in all."""
    counts = {
        alg: sum(len(cases(group, alg)) for group in GROUPS if alg in group.algorithms)
        for alg in sorted({alg for group in GROUPS for alg in group.algorithms})
    }
    return ", ".join(f"{alg} {count}" for alg, count in counts.items()) + f"; in all {sum(counts.values())}"


def main() -> None:
    """Print the table."""
    found = verdicts_by_class()
    width = max(map(len, found))
    print(f"{'class of cases':<{width}}  cases  {'ours':>13}  {'PyJWT':>20}  {'joserfc':>20}")
    print(f"{'':<{width}}         {'let in/denied':>13}  {'let in/denied/crash':>20}  {'let in/denied/crash':>20}")
    total = Verdicts()
    for name, verdicts in found.items():
        print(_row(name, verdicts, width))
        total.cases += verdicts.cases
        total.counts += verdicts.counts
        total.laxer += verdicts.laxer
    print(_row("all", total, width))
    print(f"\nCases by algorithm, those about requests included: {cases_by_algorithm()}")
    print("\nWhere they let in, or crash on, what we deny:")
    for name, verdicts in found.items():
        if verdicts.laxer:
            print(f"  {name}: {', '.join(f'{library} {count}' for library, count in sorted(verdicts.laxer.items()))}")
    print(
        "\nNot every difference is a defect of theirs: scopes, routes, types, maximum age and claims of one's own are\n"
        "policy that they leave to the caller. ML-DSA, and cases about the request rather than the token, are left out."
    )


def _row(name: str, verdicts: Verdicts, width: int) -> str:
    def cell(library: str, *outcomes: Outcome) -> str:
        return "/".join(str(verdicts.counts[library, outcome]) for outcome in outcomes)

    ours = cell(_OURS, Outcome.ALLOWED, Outcome.DENIED)
    others = [cell(library, *Outcome) for library in (_PYJWT, _JOSERFC)]
    return f"{name:<{width}}  {verdicts.cases:>5}  {ours:>13}  {others[0]:>20}  {others[1]:>20}"


if __name__ == "__main__":
    main()
