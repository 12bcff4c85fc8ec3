"""CSV and XLSX in: rows and remarks with their line; CSV and XLSX out."""
