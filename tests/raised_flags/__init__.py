"""Tests of raised flags."""
