"""The store: tables, migrations, one writer, readers. The only package that opens a database.

`app.store.store` has `Store`, `app.store.rows` what it returns, `app.store.tables` the schema.
"""
