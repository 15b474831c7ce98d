"""The verbs: one async function each, from which every door (CLI, palette, socket) is read off."""
