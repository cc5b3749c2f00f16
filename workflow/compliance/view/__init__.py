"""The table of cases for audits in bulk: made from entries, kept as Parquet in buckets, renewed where needed."""
