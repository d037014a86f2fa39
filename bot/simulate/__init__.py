"""What would be sent: the real handlers and jobs with a moved clock on a throw-away copy; nothing leaves it.

`copies` makes the copy, `cast` the people where only a ledger is given, `course` what these people write,
`run` moves the clock and tells what would have gone out.
"""
