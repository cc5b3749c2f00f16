"""A folder of workbooks, one an organization: what is handed down to each, and an index for whoever hands it down."""
