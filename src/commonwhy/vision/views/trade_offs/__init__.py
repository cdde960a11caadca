"""The pages of the trade-off board: `board` to read, `parts` and `settling` to write, `notes` in confidence, `public`."""
