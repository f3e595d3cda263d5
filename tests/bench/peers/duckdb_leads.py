"""duckdb_leads.py - what the peers in SQL know of the reference workload's data.

SPDX-License-Identifier: Apache-2.0
"""

# The columns that are read of a lead, as read_json takes them.
COLUMNS = """{id: 'VARCHAR', email: 'VARCHAR', job_title: 'VARCHAR', department: 'VARCHAR',
  industry: 'VARCHAR', country: 'VARCHAR', company_size: 'INTEGER', consent: 'BOOLEAN', stage: 'VARCHAR',
  events: 'STRUCT(type VARCHAR, "at" TIMESTAMP, url VARCHAR, form VARCHAR)[]'}"""


def domains(path):
    """The domains of the file, as a list for IN."""
    with open(path, encoding="utf-8") as lines:
        return ", ".join(f"'{line.strip()}'" for line in lines if not line.startswith("#"))
