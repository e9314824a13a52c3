"""Papers and wording made from the same objects that the screens draw."""
