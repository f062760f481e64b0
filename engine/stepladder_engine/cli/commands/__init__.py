"""One module a command: options only; each calls one public function."""
