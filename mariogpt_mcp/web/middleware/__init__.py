"""What every HTTP request goes through."""
