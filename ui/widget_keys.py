"""Keys of widgets made from codes."""


def widget_key(*parts: object) -> str:
    """The parts as one key; codes hold signs that the names of styles cannot."""
    return "_".join(map(str, parts)).replace("/", "_").replace(".", "_")
