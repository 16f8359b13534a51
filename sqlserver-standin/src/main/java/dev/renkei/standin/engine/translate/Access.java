package dev.renkei.standin.engine.translate;

import dev.renkei.standin.catalog.Permission;
import dev.renkei.standin.catalog.Table;

/** A right that running a statement needs. */
public record Access(Table table, Permission permission) {}
