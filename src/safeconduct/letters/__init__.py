"""Letters: what an asker or a holder is told, as a tagged PDF (PDF/UA-1), in English or Spanish, signed.

letter     what a letter says, as a value; one function a kind
told       reasons in the reader's language, where the pack has it
legible    texts of others, so that they can be set
page       a letter laid out as text: title, addressee, blocks
words/     the fixed words, a file a language
typeset    the PDF, set by Typst from letter.typ
signing    the proof attached, and the letter signed (PAdES)
settings   who the custodian is, and with which key it signs

What an asker may be told of a case is `desk.views`'; what of it goes into a letter is `desk.letters`'.
"""
