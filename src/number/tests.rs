//! Functions of numbers side by side against the platform's.
