"""A table as CSV: numbers with a comma, nothing that becomes a formula."""

from reports.csv_table import csv_table


def test_form_of_the_file() -> None:
    data = csv_table(["a", "b"], [[0.7353, "Huế; cũ"], [None, "=1+1"], [3, "-2"], [-0.0, "x"]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == "a;b\r\n0,7353;\"Huế; cũ\"\r\n;'=1+1\r\n3;'-2\r\n0;x\r\n"
