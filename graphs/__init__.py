"""The world: messages, ports and state machines. No I/O; `graphs` never imports `app`."""
