"""What is served: the command line, HTTP and pages; no rule about sales lives here."""
