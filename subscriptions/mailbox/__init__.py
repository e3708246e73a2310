"""The local mailbox: mail that leaves nowhere, kept in the database and read in the browser.

- backend: keeps a message instead of sending it, once per Message-ID
- frame: the HTML part as a page of its own, fenced in, light or dark
- one_click: unsubscribes as a mail provider would (RFC 8058)
- source: the message as an .eml file
- views: the pages under /dev/mailbox/, only while trying out; there a mail may bounce, too
"""
