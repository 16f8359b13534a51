/**
 * Data to fill a database with: AdventureWorks and Japanese names and addresses. Shared with the
 * tests of other modules as the test jar of this one.
 *
 * <p>May import {@code java.*} only, so that it works on any SQL Server through any driver.
 */
@NullMarked
package dev.renkei.standin.sample;

import org.jspecify.annotations.NullMarked;
