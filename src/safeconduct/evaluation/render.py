"""What the deck came to, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from safeconduct.evaluation.deck import ENOUGH, LEAST_RECALL, MOST_BELOW, MOST_WRONG, Deck, Recall, Stratum


def as_document(deck: Deck) -> dict[str, object]:
    """The figures, ready for JSON. `trials` are distinguishable ones."""
    of_strata = {"trials": deck.trials, "seed": deck.seed, "strata": [_stratum(one) for one in deck.strata]}
    if deck.in_part:
        return {**of_strata, "good": deck.good}
    return {
        **of_strata,
        "stream": {
            "wrong_per_request": deck.wrong_per_request,
            "upper_bound": deck.wrong_upper,
            "most": MOST_WRONG,
            "enough_trials": deck.trials >= ENOUGH,
            **_recall(deck.whole),
        },
        "origins": [
            {"origin": label, **_recall(one), "served_worse": label in deck.served_worse}
            for label, one in deck.origins.items()
        ],
        "good": deck.good,
    }


def _stratum(one: Stratum) -> dict[str, object]:
    return {
        "stratum": one.stated.name,
        "says": one.stated.says,
        "trials": one.tally.trials,
        "wrong": one.wrong,
        "upper_bound": one.upper_bound,
        "indistinguishable": one.tally.indistinguishable,
        "indistinguishable_share": one.tally.indistinguishable / one.tally.drawn,
        "indistinguishable_found": sum(one.tally.taken),
        "recall": one.recall,
        "ceiling": one.ceiling,
        "absent_share": one.stated.absent,
        "on_file_share": one.stated.on_file,
    }


def _recall(one: Recall) -> dict[str, float]:
    return {"recall": one.recall, "ceiling": one.ceiling, "of_ceiling": one.of_ceiling}


def page(deck: Deck) -> str:
    """The same for people, in Markdown."""
    if deck.in_part:
        return "\n".join(
            [*_head(deck), *_strata(deck), "Of these strata alone: nothing is said of the stream of all requests."]
        )
    return "\n".join([*_head(deck), *_strata(deck), *_stream(deck), *_origins(deck)])


def _head(deck: Deck) -> Iterator[str]:
    yield f"# {'NOBODY WRONG' if deck.good else 'NOT GOOD ENOUGH'}"
    yield ""
    yield (
        f"{deck.trials:,} distinguishable trials a stratum, seed {deck.seed}, each decided twice: with the person asked about"
        " absent from the file, and on it. Bounds are exact (Clopper–Pearson), one-sided, 95 %. The people are invented."
    )
    yield ""


def _strata(deck: Deck) -> Iterator[str]:
    yield "| stratum | trials | wrong | at most, per trial | indistinguishable | of these found | recall | ceiling |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for one in deck.strata:
        counted = one.tally
        yield (
            f"| {one.stated.name.replace('_', ' ')} | {counted.trials:,} | {one.wrong} | {one.upper_bound:.2g} "
            f"| {counted.indistinguishable:,} ({counted.indistinguishable / counted.drawn:.2%}) | {sum(counted.taken):,} "
            f"| {one.recall:.3f} | {one.ceiling:.3f} |"
        )
    yield ""
    yield (
        "*Indistinguishable*: somebody else there agrees in every attribute that the request carries, by the deck's own"
        " truth. *Ceiling*: the share of those on file whom the gates allow to be found at all."
    )
    yield ""


def _stream(deck: Deck) -> Iterator[str]:
    yield (
        f"Of all requests, strata weighted by their stated shares and indistinguishable trials included, **"
        f"{deck.wrong_per_request * 1e6:.3f} in a million** come to a wrong person, at most {deck.wrong_upper * 1e6:.3f}"
        f" (Fay–Feuer, 95 %); asked: {MOST_WRONG * 1e6:.0f}."
    )
    if deck.trials < ENOUGH:
        yield f"With fewer than {ENOUGH:,} trials a stratum the bound cannot be as low: `--trials {ENOUGH}` is the long run."
    yield ""


def _origins(deck: Deck) -> Iterator[str]:
    whole = deck.whole
    yield (
        f"Found of those the gates allow: **{whole.of_ceiling:.3f}** (asked: {LEAST_RECALL}); by the origin of names,"
        " a label given with them, which nothing infers:"
    )
    yield ""
    yield "| origin | recall | ceiling | found of those allowed |"
    yield "|---|--:|--:|--:|"
    for label, one in (("all", whole), *deck.origins.items()):
        flag = f" ← more than {MOST_BELOW} below the whole" if label in deck.served_worse else ""
        yield f"| {label.replace('_', ' ')} | {one.recall:.3f} | {one.ceiling:.3f} | {one.of_ceiling:.3f}{flag} |"
