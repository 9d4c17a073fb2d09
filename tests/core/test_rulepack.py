"""A malformed pack is refused with file, line, what is wrong and what to change: one spoilt pack a mistake."""

from __future__ import annotations

import re

import pytest

from safeconduct.core.faults import PackFault
from safeconduct.core.intake import intake
from safeconduct.core.rulepack import Pack, digest, load

# What is spoilt, in which file, by which change, and the message: its line is that of the change where it can be.
MISTAKES = {
    "a fact whose name holds a word that Python keeps": (
        "facts.toml", "[removal_order.stayed]", "[removal_order.from]",
        "facts.toml:{line}: `removal_order.from` has the word `from` in its name, which Python keeps for itself: no rule could speak of it; choose another word",
    ),
    "a rule that speaks of such a fact": (
        "offences.md", "needs:     not removal_order.stayed", "needs:     not removal_order.from",
        "offences.md:{line}: `from` cannot be part of a fact's name: Python keeps the word for itself; rename the fact in facts.toml and here",
    ),
    "a heading glued to its marks": (
        "i-2.md", "### (i)(2)(B) · in writing", "###(i)(2)(B) · in writing",
        "i-2.md:{line}: `###(i)(2)(B) · in writing` is no heading: the text is glued to its #; leave a space behind the #",
    ),
    "a heading glued to its source": (
        "i-2.md", "### (i)(2)(B) · in writing\n\n>", "### (i)(2)(B) · in writing\n>",
        "i-2.md:{line}: the heading is glued to the quotation of its source; leave an empty line between the two",
    ),
    "a heading whose clause is glued to its title": (
        "i-2.md", "### (i)(2)(B) · in writing", "### (i)(2)(B)· in writing",
        "i-2.md:{line}: `(i)(2)(B)· in writing` is no clause of 26 USC 6103: the clause is glued to its title or is written otherwise; write `### (a)(1) · title`, a blank on both sides of the dot",
    ),
    "a quotation that is not in the text": (
        "i-2.md", "> the taxable period or periods to which", "> the tax year or years to which",
        "i-2.md:{line}: the quotation “the tax year or years to which such …” is not in the statute's text; quote word for word what stands in text/, or say it in your own words without the >",
    ),
    "a clause that is not quoted": (
        "i-2.md", "> the taxable period or periods to which such return information relates\n", "",
        "i-2.md:{heading}: `(i)(2)(B)(ii)` has a rule and does not quote its clause; quote the clause above the rule, each line behind a >",
    ),
    "a fact that is not declared": (
        "i-2.md", "needs:     request.in_writing", "needs:     request.in_writting",
        "i-2.md:{line}: `request.in_writting` is no declared fact; write `request.in_writing`, or declare it in facts.toml",
    ),
    "a fact unlike any that is declared": (
        "i-2.md", "needs:     request.in_writing", "needs:     weather.fair",
        "i-2.md:{line}: `weather.fair` is no declared fact; declare it in facts.toml",
    ),
    "a member that a choice never is": (
        "i-2.md", "address.grade in {deliverable,", "address.grade in {delivrable,",
        "i-2.md:{line}: `address.grade` is compared with `delivrable`, which it never is; it is one of deliverable, deliverable_unit, institution, general_delivery, foreign, partial, placeholder, empty",
    ),
    "a choice compared with a number": (
        "i-2.md", "needs:     subject.name == full", "needs:     subject.name == 3",
        "i-2.md:{line}: `subject.name` is a choice and is compared with something else; write `subject.name == full` or `subject.name in {one, other}`",
    ),
    "a choice that stands alone": (
        "i-2.md", "needs:     subject.name == full", "needs:     subject.name",
        "i-2.md:{line}: `subject.name` is a choice and not true or false by itself; compare it, as in `subject.name == full`",
    ),
    "a count that stands alone": (
        "i-2.md", "when:      officers.listed > 0\nneeds:     officers.engaged", "when:      officers.listed\nneeds:     officers.engaged",
        "i-2.md:{line}: `officers.listed` is a count and not true or false by itself; compare it, as in `officers.listed > 0`",
    ),
    "a truth compared as a number": (
        "i-2.md", "needs:     request.in_writing", "needs:     request.in_writing > 0",
        "i-2.md:{line}: `request.in_writing` is a truth and is compared as a number; write `request.in_writing`",
    ),
    "a number compared with a day": (
        "offences.md", "(not removal_order.judicial_review and request.made_on - removal_order.final_on > 90)", "(not removal_order.judicial_review and request.made_on > 90)",
        "offences.md:{line}: `request.made_on > 90` compares a day with a number; compare like with like",
    ),
    "a difference of what is no day": (
        "offences.md", "request.made_on - removal_order.final_on > 90", "request.made_on - officers.listed > 90",
        "offences.md:{line}: `request.made_on - officers.listed` subtracts what is no day; subtract a day from a day and nothing else",
    ),
    "a mistake on a further line of an expression": (
        "offences.md", "removal_order.court_final_on > 90)", "removal_order.curt_final_on > 90)",
        "offences.md:{line}: `removal_order.curt_final_on` is no declared fact; write `removal_order.court_final_on`, or declare it in facts.toml",
    ),
    "`in` for numbers": (
        "i-2.md", "when:      officers.listed > 0\nneeds:     officers.engaged", "when:      officers.listed in {1}\nneeds:     officers.engaged",
        "i-2.md:{line}: `officers.listed in {{1}}`: `in` is for a choice; compare numbers and days by == != < <= > >=",
    ),
    "a chain of comparisons": (
        "i-2.md", "when:      officers.listed > 0\nneeds:     officers.engaged", "when:      0 < officers.listed < 9\nneeds:     officers.engaged",
        "i-2.md:{line}: `0 < officers.listed < 9` does not belong to the language of rules; compare two things at a time and join the comparisons by `and`",
    ),
    "a member that stands alone": (
        "i-2.md", "needs:     subject.name == full", "needs:     full",
        "i-2.md:{line}: `full` does not belong to the language of rules; a fact's name has a dot, as in `asker.office`; if `full` is a member, put it behind `==` or `in`",
    ),
    "a call": (
        "i-2.md", "needs:     request.in_writing", "needs:     any(request.in_writing)",
        "i-2.md:{line}: `any(request.in_writing)` does not belong to the language of rules; write facts, whole numbers, members of a choice, `and or not`, comparisons, `in {{…}}` and day - day; what needs more is a finding",
    ),
    "a division": (
        "i-2.md", "when:      officers.listed > 0\nneeds:     officers.engaged", "when:      officers.listed / 2 > 0\nneeds:     officers.engaged",
        "i-2.md:{line}: `officers.listed / 2` does not belong to the language of rules; write facts, whole numbers, members of a choice, `and or not`, comparisons, `in {{…}}` and day - day; what needs more is a finding",
    ),
    "words that are no expression": (
        "i-2.md", "needs:     request.in_writing", "needs:     the request is in writing",
        "i-2.md:{line}: `the request is in writing` is no expression; write facts joined by `and`, `or`, `not`, comparisons or `in {{…}}`, as in `asker.office == department_head`",
    ),
    "an outcome that there is not": (
        "i-2.md", "otherwise: incomplete\nmeans:     The request is not in writing.", "otherwise: deny\nmeans:     The request is not in writing.",
        "i-2.md:{line}: `deny` is nothing that can follow; write one of incomplete, hold, refuse, stayed",
    ),
    "a key misspelt": (
        "i-2.md", "otherwise: incomplete\nmeans:     The request is not in writing.", "otherwize: incomplete\nmeans:     The request is not in writing.",
        "i-2.md:{line}: `otherwize` is no key of a rule; write `otherwise`",
    ),
    "a key given twice": (
        "i-2.md", "means:     The request is not in writing.", "means:     The request is not in writing.\nmeans:     It is not.",
        "i-2.md:{line+1}: `means` is given twice; keep one of the two",
    ),
    "a rule without its meaning": (
        "i-2.md", "means:     The request is not in writing.\n", "",
        "i-2.md:{block}: the rule `i2.B.writing` has no `means`; add a line `means: …`",
    ),
    "a line in a rule that is no key": (
        "i-2.md", "means:     The request is not in writing.", "The request is not in writing.",
        "i-2.md:{line}: `The request is not in writing.` is no `key: value` line; write the key, a colon, the value",
    ),
    "an incomplete without a cure": (
        "i-2.md", "cure:      Make the request in writing.\n", "",
        "i-2.md:{block}: the rule can make a request incomplete and names no cure; add `cure: …`, what the asker should supply",
    ),
    "a fact of another's without an outcome for unknown": (
        "i-2.md", "needs:     review.office_verified\notherwise: refuse\nunknown:   hold", "needs:     review.office_verified\notherwise: refuse",
        "i-2.md:{block}: `review.office_verified` is not the asker's to give, and the rule does not say what follows where it is unknown; add `unknown: hold`, or another outcome",
    ),
    "an item's fact in a rule that is not for each item": (
        "i-2.md", "needs:     request.in_writing", "needs:     item.kind == identity",
        "i-2.md:{block}: the rule speaks of `item.kind` and is not applied to each item; add `each: item`",
    ),
    "a rule for each of something else": (
        "i-2.md", "each:      item\nwhen:      item.kind == identity", "each:      officer\nwhen:      item.kind == identity",
        "i-2.md:{line}: `each: officer` is nothing that a rule can be applied to; write `each: item` or `each: order`",
    ),
    "a second rule of one name": (
        "i-2.md", "```rule i2.B.ii.periods", "```rule i2.B.writing",
        "i-2.md:{line}: there is a second rule `i2.B.writing`; rename it; the first stands in i-2.md:{first}",
    ),
    "a rule without a name": (
        "i-2.md", "```rule i2.B.writing", "```rule",
        "i-2.md:{line}: the block `rule` is no rule with a name; open it with ```rule and the rule's id, as in ```rule i2.A.federal",
    ),
    "a block that does not say what it is": (
        "i-2.md", "```rule i2.B.writing", "```",
        "i-2.md:{line}: the block does not say what it is; open it with ```rule and the rule's id",
    ),
    "a block that is not closed": (
        "other.md", "means:     This pack does not encode the provision that the request names; counsel decides.\n```", "means:     This pack does not encode the provision that the request names; counsel decides.",
        "other.md:{block}: the block is not closed; end it with a line ```",
    ),
    "a page without front matter": (
        "policy.md", "---\nsource: policy:", "source: policy:",
        "policy.md:1: the page has no front matter; begin it with `---`, `source: …`, `layer: …`, `---`",
    ),
    "front matter that is not closed": (
        "policy.md", "layer: policy\n---", "layer: policy\n",
        "policy.md:1: the front matter is not closed; end it with a line `---`",
    ),
    "a page without a scope": (
        "policy.md", "scope: any\n", "",
        "policy.md:1: the front matter has no `scope`; add a line `scope: …` between the two `---`",
    ),
    "a scope that no request can name": (
        "i-2.md", "scope: i2", "scope: i9",
        "i-2.md:{line}: the scope `i9` is no clause that a request can name; write `any`, or one or more of i1, i2, i3A, i3B, i3C, i4, i5, i7A, i7B, i7C, i7D, i8, c, e, l7, m2, none, other, elsewhere",
    ),
    "a layer that there is not": (
        "policy.md", "layer: policy", "layer: custom",
        "policy.md:{line}: `custom` is no layer; write one of statute, agreement, policy",
    ),
    "a date that is none": (
        "agreements/treasury-dhs-2025-04-07.md", "from: 2025-04-07", "from: 7 April 2025",
        "agreements/treasury-dhs-2025-04-07.md:{line}: `from: 7 April 2025` is no date; write it as YYYY-MM-DD",
    ),
    "an agreement without a day on which it begins": (
        "agreements/treasury-dhs-2025-04-07.md", "from: 2025-04-07\n", "",
        "agreements/treasury-dhs-2025-04-07.md:1: the front matter has no `from`; add a line `from: …` between the two `---`",
    ),
    "an agreement that does not say whether its text is confirmed": (
        "agreements.md", "verified: true\n", "",
        "agreements.md:1: a page of an agreement does not say whether its text is confirmed; add `verified: true` or `verified: false`",
    ),
    "a term that is not confirmed and refuses": (
        "agreements/treasury-dhs-2025-04-07.md", "needs:     review.agreement_terms_read\notherwise: hold", "needs:     review.agreement_terms_read\notherwise: refuse",
        "agreements/treasury-dhs-2025-04-07.md:{block}: a term whose text is not confirmed may hold a request but never refuse it; write `otherwise: hold`, or confirm the text and write `verified: true`",
    ),
    "a `verified` that is neither true nor false": (
        "agreements.md", "verified: true", "verified: perhaps",
        "agreements.md:{line}: `verified: perhaps` is neither true nor false; write `verified: true` or `verified: false`",
    ),
    "a rule that can never fail": (
        "policy.md",
        "needs:     not batch.tripped",
        "needs:     True",
        "policy.md:{line}: the rule can never fail; take it out, or say what it needs",
    ),
    "a rule that ends before it begins": (
        "policy.md",
        "needs:     not batch.tripped",
        "needs:     not batch.tripped\nfrom:      2026-02-01\nuntil:     2026-02-01",
        "policy.md:{line+2}: `until` is not later than `from`; give a later day",
    ),
    "a scope left blank": (
        "policy.md",
        "scope: any",
        "scope:",
        "policy.md:1: the front matter has no `scope`; add a line `scope: …` between the two `---`",
    ),
    "a scope of a rule left blank": (
        "policy.md",
        "needs:     not batch.tripped",
        "scope:\nneeds:     not batch.tripped",
        "policy.md:{line}: the scope `` is no clause that a request can name; write `any`, or one or more of ",
    ),
    "a comment that hides a rule": (
        "policy.md",
        "```rule policy.tripwires",
        "<!-- not for readers\n\n```rule policy.tripwires",
        "policy.md:{line}: a comment hides from the reader what the program reads; take the comment out, or say it in the open",
    ),
    "a quotation of one word": (
        "i-2.md",
        "> the taxable period or periods to which such return information relates",
        "> period",
        "i-2.md:{line}: the quotation “period” is too short to be one; quote the clause, not a word of it",
    ),
    "a rule where none is read": (
        "README.md",
        "## How to read a rule",
        "```rule x\nneeds: True\n```\n\n## How to read a rule",
        "README.md:{line}: a rule stands where none is read; move it to a page of its own beside README.md",
    ),
    "an agreement that governs nothing": (
        "agreements/treasury-dhs-2025-04-07.md",
        "governs: authority.clause == i2 and asker.department == DHS\n    and not (asker.office == inspector_general and not asker.component)",
        "governs: False",
        "agreements/treasury-dhs-2025-04-07.md:{line}: the agreement governs all requests or none; say which it governs",
    ),
    "an agreement that ends before it begins": (
        "agreements/treasury-dhs-2025-04-07.md",
        "from: 2025-04-07",
        "from: 2025-04-07\nuntil: 2025-04-01",
        "agreements/treasury-dhs-2025-04-07.md:{line+1}: `until` is not later than `from`; give a later day",
    ),
    "a reading that replaces itself": (
        "readings/centro-2026-02-24.md",
        "replaces: memorandum-2025-04-07",
        "replaces: centro-2026-02-24",
        "readings/centro-2026-02-24.md:{line}: the reading replaces itself; name the earlier reading",
    ),
    "a reading that replaces one which the pack lacks": (
        "readings/centro-2026-02-24.md",
        "replaces: memorandum-2025-04-07",
        "replaces: memorandum-2025-04-70",
        "readings/centro-2026-02-24.md:1: the reading replaces `memorandum-2025-04-70`, which the pack lacks; name one of centro-2026-02-24, ddc-2025-05-12, ddc-2025-11-21, ddc-2026-02-26, dmass-2026-02-05, identity-not-by-itself, memorandum-2025-04-07, or write `nothing`",
    ),
    "a key of the front matter misspelt": (
        "agreements/treasury-dhs-2025-04-07.md",
        "from: 2025-04-07",
        "from: 2025-04-07\nuntill: 2026-01-01",
        "agreements/treasury-dhs-2025-04-07.md:{line+1}: `untill` does not belong in the front matter; write `until`",
    ),
    "a setting that a finding has no use for": (
        "facts.toml",
        'finding = "periods"\nmost = "20"',
        'finding = "periods"\nmost = "20"\ntable = "no/such.toml"',
        "facts.toml:{fact periods.kind}: `periods.kind` is found by `periods`, which has no use for `table`; keep to most",
    ),
    "a number that is none": (
        "facts.toml",
        'most = "20"',
        'most = "many"',
        'facts.toml:{fact periods.kind}: `periods.kind` has a `most` that is no whole number; write most = "20"',
    ),
    "a word at the top of the facts misspelt": (
        "facts.toml",
        "carried = [",
        "caried = [",
        "facts.toml:{line}: the file of facts has the key `caried`, which does not belong there; write `carried`",
    ),
    "a reading dated on no day": (
        "readings/centro-2026-02-24.md",
        "dated: 2026-02-24",
        "dated: yesterday",
        "readings/centro-2026-02-24.md:{line}: `dated: yesterday` is no date; write it as YYYY-MM-DD",
    ),
    "a reading of which it is not said whether it is confirmed": (
        "readings/centro-2026-02-24.md",
        "verified: false",
        "verified: maybe",
        "readings/centro-2026-02-24.md:{line}: `verified: maybe` is neither true nor false; write `verified: true` or `verified: false`",
    ),
    "a reading twice in force from one day": (
        "readings/in-force.toml",
        "[[in_force]]\nfrom = 2025-04-07",
        '[[in_force]]\nfrom = 2025-04-07\nreading = "memorandum-2025-04-07"\n\n[[in_force]]\nfrom = 2025-04-07',
        "readings/in-force.toml:1: a reading is put in force twice from one day; keep one of the two entries",
    ),
    "an end to a reading in force": (
        "readings/in-force.toml",
        "from = 2025-04-07",
        "from = 2025-04-07\nuntil = 2026-01-01",
        "readings/in-force.toml:{line+2}: the reading `memorandum-2025-04-07` in force has the key `until`, which does not belong there; keep to from, reading",
    ),
    "a fact that a rule for each item or order settles": (
        "facts.toml",
        "[batch.tripped]",
        "[order.tripped]",
        "facts.toml:{line}: `order.tripped` has a name that begins with `order.`, which rules marked `each` settle; choose another word",
    ),
    "a fact whose kind is not that of its finding": (
        "facts.toml",
        '[removal_order.final_on]\nkind = "day"',
        '[removal_order.final_on]\nfinding = "given"\nkind = "day"',
        'facts.toml:{line}: `removal_order.final_on` is found by `given`, which makes a truth; write kind = "truth"',
    ),
    "a choice that lacks what its finding may find": (
        "facts.toml",
        'other = "DOJ", none = "" }',
        'none = "" }',
        "facts.toml:{fact asker.department}: `asker.department` is found by `department` and lacks the member `other`; add it, with its sample",
    ),
    "a fact that a reading settles and that is no truth": (
        "facts.toml",
        '[reading.identity_by_itself]\nkind = "truth"',
        '[reading.identity_by_itself]\nkind = "count"',
        'facts.toml:{line}: `reading.identity_by_itself` is settled by a reading and is no truth; write kind = "truth": a reading says yes, no or undecided',
    ),
    "a rule under no heading": (
        "policy.md", "### tripwires\n", "",
        "policy.md:15: the rule `policy.tripwires` stands under no clause; put a heading `### clause · title` above it",
    ),
    "a reading without its reasons": (
        "readings/centro-2026-02-24.md", "## Reasons", "## Remarks",
        "readings/centro-2026-02-24.md:1: the reading has no section “Reasons”; add a heading `## Reasons` and what it asks for",
    ),
    "a reading whose reasons are empty": (
        "readings/centro-2026-02-24.md", "## Reliance\n\nNo account shows that reliance was reached.\n", "## Reliance\n",
        "readings/centro-2026-02-24.md:{line}: the section “Reliance” is empty; write it: a reading without its reasons does not load",
    ),
    "a reading that quotes nothing": (
        "readings/identity-not-by-itself.md", "> For purposes", "For purposes",
        "readings/identity-not-by-itself.md:{line-2}: the reading quotes no text; quote the words relied on, each line behind a >",
    ),
    "a reading without an author": (
        "readings/centro-2026-02-24.md", "author: the panel (Edwards, Srinivasan, Millett, Circuit Judges)\n", "",
        "readings/centro-2026-02-24.md:1: the front matter has no `author`; add a line `author: …` between the two `---`",
    ),
    "a reading that leaves a question out": (
        "readings/centro-2026-02-24.md", "reading.delegate_may_ask:          undecided\n", "",
        "readings/centro-2026-02-24.md:{block}: the reading does not answer `reading.delegate_may_ask`; add `reading.delegate_may_ask: yes`, `no` or `undecided`",
    ),
    "a reading that answers what nobody asked": (
        "readings/centro-2026-02-24.md", "reading.delegate_may_ask:          undecided\n", "reading.delegate_may_ask:          undecided\nasker.office: yes\n",
        "readings/centro-2026-02-24.md:{line+1}: `asker.office` is no fact that a reading establishes; answer reading.address_must_be_confirmed, reading.component_head_may_ask, reading.delegate_may_ask, reading.identity_by_itself, reading.naming_is_not_engagement, reading.solely_binds_the_receiver",
    ),
    "an answer that is none": (
        "readings/centro-2026-02-24.md", "reading.delegate_may_ask:          undecided", "reading.delegate_may_ask:          perhaps",
        "readings/centro-2026-02-24.md:{line}: `reading.delegate_may_ask: perhaps` is no answer; write yes, no or undecided",
    ),
    "a reading in force that the pack lacks": (
        "readings/in-force.toml", 'reading = "memorandum-2025-04-07"', 'reading = "memorandum"',
        "readings/in-force.toml:{line}: the reading `memorandum` in force is none of the pack's; name one of centro-2026-02-24, ddc-2025-05-12, ddc-2025-11-21, ddc-2026-02-26, dmass-2026-02-05, identity-not-by-itself, memorandum-2025-04-07",
    ),
    "a reading in force from no day": (
        "readings/in-force.toml", 'from = 2025-04-07\nreading = "memorandum-2025-04-07"', 'reading = "memorandum-2025-04-07"',
        "readings/in-force.toml:{line}: the reading `memorandum-2025-04-07` in force has no day in `from`; add from = YYYY-MM-DD",
    ),
    "a table that is no TOML": (
        "facts.toml", 'kind = "truth"\nmeaning = "the request is in writing"', 'kind = truth\nmeaning = "the request is in writing"',
        "facts.toml:{line}: the table cannot be read: invalid value; mend the TOML on this line",
    ),
    "a kind of fact that there is not": (
        "facts.toml", 'kind = "truth"\nmeaning = "the request is in writing"', 'kind = "boolean"\nmeaning = "the request is in writing"',
        "facts.toml:{fact request.in_writing}: `request.in_writing` gives the kind `boolean`, which there is not; write one of truth, count, day, choice",
    ),
    "a fact without its meaning": (
        "facts.toml", 'meaning = "the request is in writing"\n', "",
        'facts.toml:{fact request.in_writing}: `request.in_writing` has no `meaning`; add meaning = "…"',
    ),
    "a fact that nobody can establish": (
        "facts.toml", 'path = "in_writing"\nshown_by = "the request"\nestablished_by = "asker"', 'path = "in_writing"\nshown_by = "the request"\nestablished_by = "fate"',
        "facts.toml:{fact request.in_writing}: `request.in_writing` gives the established_by `fate`, which there is not; write one of asker, agreement, court, custodian, register, reviewer, reading",
    ),
    "a step that there is not": (
        "facts.toml", 'path = "in_writing"\nshown_by = "the request"\nestablished_by = "asker"\nstep = "request"', 'path = "in_writing"\nshown_by = "the request"\nestablished_by = "asker"\nstep = "later"',
        "facts.toml:{fact request.in_writing}: `request.in_writing` gives the step `later`, which there is not; write one of request, search, review",
    ),
    "a fact that a reading settles at a later step": (
        "facts.toml",
        'established_by = "reading"\nstep = "request"\n\n[reading.component',
        'established_by = "reading"\nstep = "search"\n\n[reading.component',
        'facts.toml:{fact reading.identity_by_itself}: `reading.identity_by_itself` is settled by a reading and known at a later step; write step = "request": the day settles it',
    ),
    "a fact of the request that stands nowhere in it": (
        "facts.toml", 'path = "in_writing"\n', "",
        'facts.toml:{fact request.in_writing}: `request.in_writing` is known from the request and has no `path`; add path = "…", where in the request it stands',
    ),
    "a truth with members": (
        "facts.toml", 'meaning = "the request is in writing"', 'meaning = "the request is in writing"\nmembers = { yes = "yes" }',
        "facts.toml:{fact request.in_writing}: `request.in_writing` is a truth and has members; drop them, or make it a choice",
    ),
    "a choice without members": (
        "facts.toml", 'members = { specified = "2022", all = "all", none = "" }', "",
        'facts.toml:{fact periods.kind}: `periods.kind` is a choice without members; add members = {{ member = "a text that means it" }}',
    ),
    "a member that no rule could name": (
        "facts.toml", 'members = { specified = "2022", all = "all", none = "" }', 'members = { specified = "2022", all = "all", None = "" }',
        "facts.toml:{fact periods.kind}: `periods.kind` has the member `None`, which no rule could name; write a plain word, and its sample as text",
    ),
    "a key of a fact misspelt": (
        "facts.toml",
        'finding = "periods"',
        'findng = "periods"',
        "facts.toml:{fact periods.kind}: `periods.kind` has the key `findng`, which does not belong there; write `finding`",
    ),
    "a finding that there is not": (
        "facts.toml", 'finding = "periods"', 'finding = "years"',
        "facts.toml:{fact periods.kind}: `periods.kind` is found by `years`, which there is not; write one of ",
    ),
    "a finding without a setting of its own": (
        "facts.toml", 'finding = "count_nameless"\nfield = "name"', 'finding = "count_nameless"',
        'facts.toml:{fact officers.unnamed}: `officers.unnamed` is found by `count_nameless` and has no `field`; add field = "…"',
    ),
    "a table that the pack has not": (
        "facts.toml", 'table = "tables/reasons.toml"', 'table = "tables/excuses.toml"',
        "facts.toml:{fact reason.kind}: `reason.kind` rests on the table tables/excuses.toml, which the pack has not; add the file, or name another",
    ),
    "a citation that is none": (
        "facts.toml", 'within = "8 USC 1253(a)(1)(A)"', 'within = "the departure statute"',
        "facts.toml:{fact offence.departure_period}: `offence.departure_period` has `the departure statute` for a citation, which it is not; cite by title and section, as in 8 USC 1253(a)(1)",
    ),
    "an item without its source": (
        "items.toml", 'source = "return"\nmeaning = "the taxpayer identifying number"', 'meaning = "the taxpayer identifying number"',
        'items.toml:{item tin}: `tin` has no `source`; add source = "…"',
    ),
    "an item with a key that it has not": (
        "items.toml", 'meaning = "the taxpayer identifying number"', 'meaning = "the taxpayer identifying number"\nclause = "b6"',
        "items.toml:{item tin}: `tin` has the key `clause`, which does not belong there; keep to cites, kind, meaning, source",
    ),
}  # fmt: skip


def whole(files: dict[str, str]) -> Pack:
    """The pack, its findings read too."""
    pack = load(files)
    intake(pack)
    return pack


def lines(file: str, text: str, changed: str) -> dict[str, int]:
    """The places that a message may name: the line of the change, of its block and heading, of a fact or an item."""
    at = text.index(changed)
    line = text.count("\n", 0, at) + 1
    block = text.count("\n", 0, text.rfind("```", 0, at + 3)) + 1 if "```" in text[: at + 3] else 0
    heading = text.count("\n", 0, text.rfind("### ", 0, at)) + 1
    places = {
        "line": line,
        "line+1": line + 1,
        "line+2": line + 2,
        "line-2": line - 2,
        "block": block,
        "heading": heading,
    }
    places["first"] = text[: text.find("```rule i2.B.writing")].count("\n") + 1
    for kind in ("fact", "item") if file.endswith(".toml") else ():
        places |= {
            f"{kind} {m[1]}": text.count("\n", 0, m.start()) + 1
            for m in re.finditer(r"^\[([\w.]+)\]", text, re.MULTILINE)
        }
    return places


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_spoilt_pack_is_refused_with_its_line_and_its_cure(mistake: str, files: dict[str, str]) -> None:
    file, good, bad, message = MISTAKES[mistake]
    assert files[file].count(good) >= 1, "the pack no longer holds what this test spoils"
    places = lines(file, files[file], good)
    files[file] = files[file].replace(good, bad, 1)
    for name, line in places.items():
        message = message.replace(f"{{{name}}}", str(line))
    with pytest.raises(PackFault) as fault:
        whole(files)
    assert str(fault.value).startswith(message.replace("{{", "{").replace("}}", "}"))


@pytest.mark.parametrize("name", ["README.md", "facts.toml", "items.toml", "readings/in-force.toml"])
def test_a_missing_file_is_named(name: str, files: dict[str, str]) -> None:
    del files[name]
    with pytest.raises(PackFault, match=re.escape(f"{name}:1: the pack has no such file; add {name}")):
        load(files)


def test_a_pack_in_which_no_request_can_name_a_clause_is_refused(files: dict[str, str]) -> None:
    files["facts.toml"] = files["facts.toml"].replace("[authority.clause]", "[authority.section]")
    with pytest.raises(PackFault, match=r"facts\.toml:1: the pack declares no `authority\.clause`; declare"):
        load(files)


def test_the_digest_covers_every_file_but_the_orders(files: dict[str, str]) -> None:
    before = load(files).digest
    files["orders/ddc-2025-11-21.toml"] += "# one more word\n"
    assert load(files).digest == before
    files["text/usc26-6103-a-confidentiality.md"] += "\n"
    assert load(files).digest != before


def test_the_digest_tells_where_a_file_ends() -> None:
    assert digest({"a": "b\n", "c": ""}) != digest({"a": "b", "c": "\n"})


def test_every_quotation_of_the_pack_stands_in_the_statute(pack: Pack) -> None:
    statute = " ".join(" ".join(text.split()) for name, text in pack.files.items() if name.startswith("text/"))
    quotes = [quote.text for page in pack.pages for clause in page.clauses for quote in clause.quotes]
    assert len(quotes) > 40
    assert all(quote in statute for quote in quotes)


@pytest.mark.parametrize(
    ("file", "of", "message"),
    [
        (
            "agreements/zz.md",
            "agreements/treasury-dhs-2025-04-07.md",
            "there is a second agreement `treasury-dhs-2025-04-07`",
        ),
        ("readings/zz.md", "readings/memorandum-2025-04-07.md", "there is a second reading `memorandum-2025-04-07`"),
    ],
)
def test_a_second_one_of_a_name_does_not_take_the_place_of_the_first(
    file: str, of: str, message: str, files: dict[str, str]
) -> None:
    files[file] = files[of].replace("```rule treasury", "```rule second")
    with pytest.raises(PackFault, match=message):
        load(files)


@pytest.mark.parametrize("mark", ["\f", "\u2028", "\x85", "\r"])
def test_marks_that_some_take_for_the_end_of_a_line_do_not_move_the_lines(mark: str, files: dict[str, str]) -> None:
    text = files["i-2.md"].replace("The list is closed.", f"The list{mark}is closed.")
    files["i-2.md"] = text.replace("needs:     request.in_writing", "needs:     request.in_writting")
    line = files["i-2.md"][: files["i-2.md"].index("request.in_writting")].count("\n") + 1
    with pytest.raises(PackFault, match=rf"i-2\.md:{line}: `request"):
        load(files)


def test_a_page_with_the_line_ends_of_windows_is_the_same_page(files: dict[str, str]) -> None:
    rules = load(files).rules
    files["i-2.md"] = files["i-2.md"].replace("\n", "\r\n")
    assert load(files).rules == rules


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 5000])
def test_a_table_that_no_reader_can_bear_is_a_fault_like_any_other(text: str, files: dict[str, str]) -> None:
    files["items.toml"] = text
    with pytest.raises(PackFault, match=r"items\.toml:1: the table cannot be read"):
        load(files)
