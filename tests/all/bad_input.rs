//! Bad input gets one clear message with a hint and its exit code, and leaves every byte as it was.
