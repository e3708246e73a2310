"""What mails say. Templates live in templates/emails/, a folder for each email.

message    one mail as a value, and as bytes that never change
rendering  a folder's templates -> subject, text, HTML
subject    subjects of digests
digest     the digest
notice     confirm, already here, your link, goodbye
"""
