"""The desk: it takes requests in, has them judged, and brings every step to the journal and to the log.

settings   what it is told: journal, log, broker, key
dated      the date in law
laws       the law of now, as the core asks for it
loaded     a case and the gate as they stand in the journal
desk       load, decide, append, in one transaction; one function a step
entering   what is brought to the log, and comes back with its proof
proved     that a person's key stands in the log, for whoever does not believe the journal
signed     what a signature must say for an event to be what was signed
asking     the broker, asked
behind     a journal that is behind the log, stopped and made good again
letters    the letter of a case, as far as its asker may read of it
jobs       what is done without anybody's waiting
"""
