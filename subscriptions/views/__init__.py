"""The reader's pages. None of them needs JavaScript, and no GET changes anything.

landing      today's edition and the form
sample       a digest for who gives no address
about        how ranking works, and what is kept
signup       check your inbox
confirm      the button of the mail that asks to confirm
preferences  topics, schedule, number of papers
follow       an author, or a search, from their own pages
interests    authors, liked papers, and what was learned
welcome      when the first digest comes, and today's at once
forecast     today's digest as it would be, and the last 14 days
one_click    unsubscribing, by a button or by the mail client (RFC 8058)
less         once a week, or a month without, instead of leaving
undo         coming back
why_left     the reason, if somebody likes to give one
pause        no digest until a day, and resuming
my_data      everything held, on a page and as JSON
erase        deleting all of it
link         mail me my link
language     which language pages speak
digest       a digest on the web, and what the pages below it share
feedback     more or less like this, a vote, "worth your time?": from a digest's links
vote         a vote for a paper, and how voting works
personal     what the pages behind a personal link share
erased       when a reader is erased while one of them is at work
guessed      the time zone of somebody unknown
wish         what the address of a sample asks for
coming       when the next digests come
typed        what was typed into the form, kept for the next page
"""
