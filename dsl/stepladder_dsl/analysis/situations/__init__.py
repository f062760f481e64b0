"""The situations in which a case can stand: which of them surely lead on, and where somebody is forgotten.

`proof` looks at all situations of a stage at once and says of which it is certain that somebody
is next; `rehearsal` plays single stories exactly; `search` looks for a story that ends with a
forgotten client, in the stages of which nothing is certain.
"""
