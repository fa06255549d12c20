"""Stored sessions played again from the tape: verified, looked into, forked, their nodes tried with other prompts."""
