"""A letter, signed: the proof of the decision's entry attached to it, and both under one PAdES signature (ETSI EN 319 142-1, B-B).

It stays PDF/UA: the attachment has a name and a description (7.11), the signature's field is hidden and has a name, and a page
that holds it goes by its structure (7.18). Viewers trust the certificate as far as they know its issuer; what counts is the log.
The key is for `keys.letters`.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from safeconduct.keys import letters as keys

ATTACHED = "decision.tlog-proof"
FIELD = "letter"
_MEDIA_TYPE = "text/plain"
_DESCRIPTION = "Proof that the decision of this letter stands in the public log (c2sp.org/tlog-proof)"
_READ_AS = "Electronic signature of the custodian"


def signed(pdf: bytes, key: Path, certificate: Path, proof: bytes | None, at: dt.datetime) -> bytes:
    """The letter with the proof attached, signed with the key in `key` at that time; without a proof nothing is attached.

    Raises:
        Misplaced: key or certificate cannot be used.
    """
    signer, digest = keys.signer(key, certificate)
    letter = IncrementalPdfFileWriter(BytesIO(pdf))
    if proof is not None:
        _attach(letter, proof, at)
    hidden = InvisSigSettings(set_hidden_flag=True, set_print_flag=False)
    append_signature_field(letter, SigFieldSpec(FIELD, invis_sig_settings=hidden, readable_field_name=_READ_AS))
    said = PdfSignatureMetadata(field_name=FIELD, md_algorithm=digest, subfilter=SigSeedSubFilter.PADES)
    out = BytesIO()
    _SignerAt(said, signer, at).sign_pdf(letter, existing_fields_only=True, output=out)
    return out.getvalue()


class _SignerAt(PdfSigner):
    """Signs at a time that it is told; pyHanko's own asks this machine's clock, and its time zone."""

    def __init__(self, said: PdfSignatureMetadata, signer: Signer, at: dt.datetime) -> None:
        super().__init__(said, signer)
        self._at = at

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002  # as pyHanko has it
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def _attach(letter: IncrementalPdfFileWriter, proof: bytes, at: dt.datetime) -> None:
    """Attach the proof to the letter as a whole, as PDF/A-3 does (its Annex E): named, described, and said to be data behind it."""
    when = embed.EmbeddedFileParams(creation_date=at, modification_date=at)
    data = embed.EmbeddedFileObject.from_file_data(letter, proof, params=when, mime_type=_MEDIA_TYPE)
    embed.embed_file(letter, embed.FileSpec(ATTACHED, ATTACHED, data, _DESCRIPTION))
    listed = letter.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = listed[-1]
    file["/AFRelationship"] = pdf_name("/Data")
    letter.update_container(file)
    letter.root["/AF"] = generic.ArrayObject([listed.raw_get(len(listed) - 1)])
    letter.update_root()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
