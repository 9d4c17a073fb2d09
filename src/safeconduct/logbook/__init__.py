"""The log that anyone can check: its writer on a folder, and whoever reads, proves, audits and monitors one.

    append → ahead (on the disk) → tick: filled up → tiles → tree (on the disk) → signed → witnessed → checkpoint

Formats are `core.log`'s, keys are `keys.log`'s, witnesses are asked by `witness.client`. The folder `log/` is what is served;
beside it lies what is the writer's alone.
"""
