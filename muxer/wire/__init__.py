"""What crosses the host's socket: frames, the server, and the light clients."""
