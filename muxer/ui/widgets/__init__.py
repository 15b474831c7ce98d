"""What is on the screen. A widget takes data and posts messages; it never reaches for the app or its siblings."""
