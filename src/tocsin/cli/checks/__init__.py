"""What `tocsin doctor` looks at: small functions, each with one finding."""
