"""What mails say. Templates live in templates/emails/, a folder for each email.

message    one mail as a value, and as bytes that never change
rendering  a folder's templates -> subject, text, HTML
subject    subjects of digests
content    what one digest says, as values
sentences  how it begins, and why it comes
frame      what many mails share, with holes for each one's own
fitting    how it stays below what mail programs show whole
digest     the digest, as a mail and as a page, from
           digest_facts, digest_html, digest_text
notice     confirm, already here, your link, goodbye
correction what an edition got wrong, to who had read it
"""
