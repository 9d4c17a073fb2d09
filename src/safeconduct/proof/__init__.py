"""The same law in z3: what holds for every possible request, and a request on which two laws differ.

`symbols` makes a symbol of every fact and lowers the tree over them; `encoding` is the law, of every day, step and order
at once; `documents` is what requests can show; `witness` makes a real request of what z3 found and has `law` rule on it.
`claims` are the statements to prove, `prove` proves them with their negative controls, `diff` compares two laws. Nothing
here decides anything: what z3 says is believed where it says *never*, and replayed where it says *here is one*.
"""
