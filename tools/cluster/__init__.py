"""The cluster profile's services as processes of one machine: used by tools/services.py and by measurements."""
