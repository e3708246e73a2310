"""Who works in the admin site, how they sign in, and what each group may do.

groups         what Editors, Support and Operators may do; `migrate` keeps it
site           the admin site: open to who has given both factors
lockout        who guesses passwords waits
second_factor  codes of an app, and the recovery codes beside them
views, forms   the pages of signing in
sessions       when a session ends
acting, audit  every change by staff is written down
admin          users and groups, and the audit log to read
"""
