"""One file per screen: guard first, then ask and draw."""
