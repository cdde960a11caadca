"""What people say: questionnaires, surveys, responses, conversations, excerpts, and who was heard.

The room keeps one promise above all: an anonymous answer is joined to a person by no key, order, time or transaction
mark. `tokens` and `services.responses` hold it; `docs/adr/0004-anonymity.md` says how, and `tests/listening/anonymity`
tries to break it.
"""
