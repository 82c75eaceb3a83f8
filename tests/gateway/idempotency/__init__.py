"""Tests of Idempotency-Key at the gateway."""
