"""The way a digest takes, one file a stage; `pipeline` calls them in order.

due          whose send time has come: opens a Digest for each, pending
selection    which papers each of them gets, and why: pending -> ready, frozen from here on
composition  the message: subject, text, HTML, headers; the same to the byte whenever it is made
delivery     hands it to the provider and writes how that ended: ready -> sent and its siblings
simulation   digests that nobody gets: the sample, the preview, the last two weeks
rehearsal    what an edition would send, tried on some of its readers
explanation  why one reader gets these papers and not the next ones
recovery     picks up what a killed process left behind

What the ranking is told comes from `pools` (papers; `kept_pools` for those who only look) and
`readers`; `pauses` adds what was missed.
Stages know the models and nothing of each other. What they work on is a chunk of digests.
"""
