"""The reader's pages. None of them needs JavaScript, and no GET changes anything.

landing      today's edition and the form
signup       check your inbox
confirm      the button of the mail that asks to confirm
preferences  topics, schedule, number of papers
one_click    unsubscribing, by a button or by the mail client (RFC 8058)
undo         coming back
link         mail me my link
vote         a vote for a paper, and how voting works
personal     what the pages behind a personal link share
typed        what was typed into the form, kept for the next page
"""
