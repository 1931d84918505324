"""What is done with a pack before and after it is used: read, judged, compared, shown, watched."""
