"""Speech to text and text to speech: words with times, no meaning."""
