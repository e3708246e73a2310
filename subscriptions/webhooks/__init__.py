"""Where providers post what became of our mail.

secrets      which providers are listened to: closed until there is a secret
receiving    the address that they post to; what is told there is stored for the next tick
amazon       Amazon SES, which posts through a topic that anybody could have
sns          whether such a post is signed by Amazon
readiness    what a secret alone does not open: a missing package, a key that cannot be read
meaning      anymail's words for an event, in ours
"""
