"""Readers: how they come and go, what they care about, and the digests they get.

Coming and going    signup, leaving, pausing, erasing; upkeep (what time alone brings)
What they want      preferences (schedule and choices), interests, liking (papers brought along)
What they say       feedback (from the mail), voting, learned (all of it, to be seen and undone)
What is kept        models, holdings (one reader's everything), retention (and what is not)
Sending             timing, tick -> digests/ (chosen by ranking/, worded by emails/), notices,
                    switch (pauses it all), corrections
What became of it   webhooks/ -> events/ -> suppressing
For staff           timeline and whereabouts (what happened), replaying and settling of
                    digests that did not come (lateness says which still may)
Mail to one person  answering (never too often), links (who may do what), recognition
Pages               views/, forms, fields, keywords, framing (a mail as a page)
Words               reasons, wording, zones, typos, addresses
"""
