"""The desktop app: shows what the core does. Only this package knows Qt."""
