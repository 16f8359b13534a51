package dev.renkei.core.config;

/** A value that is never shown as it was written; its text says what may be said of it. */
interface Hidden {}
