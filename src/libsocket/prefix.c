#include "prefix.h"
#include "descriptors.h"
#include "system.h"
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * What the environment said at start is kept, because programs throw their environment away: nginx leaves itself TZ and what its configuration names, and
 * its workers still are to connect to their upstreams over the stack that the master was started on.
 */
static char start_prefix[WIRE_MAXIMUM_PREFIX];
static char start_interface[IFNAMSIZ];
static bool start_has_prefix;

__attribute__((constructor)) static void prefix_read_environment(void)
{
    const char *prefix = getenv("SOCK");
    const char *interface = getenv("SOCK_SO_BINDTODEVICE");
    if (prefix != NULL) {
        snprintf(start_prefix, sizeof start_prefix, "%s", prefix);  /* one too long stays too long for a path, and socket() says so */
        start_has_prefix = true;
        descriptors_watch();
    }
    if (interface != NULL)
        snprintf(start_interface, sizeof start_interface, "%s", interface);
}

const char *prefix_at_start(void)
{
    return start_has_prefix ? start_prefix : NULL;
}

const char *prefix_now(void)
{
    const char *prefix = getenv("SOCK");
    return prefix != NULL ? prefix : prefix_at_start();
}

const char *prefix_interface(void)
{
    const char *interface = getenv("SOCK_SO_BINDTODEVICE");
    if (interface == NULL)
        interface = start_interface;
    return *interface != '\0' ? interface : NULL;
}

bool prefix_has_family(const char *prefix, int family)
{
    char path[WIRE_MAXIMUM_PREFIX];
    char entry[24];
    snprintf(entry, sizeof entry, "/dev/socket/%d", family);
    return prefix_path(path, sizeof path, prefix, entry) && access(path, F_OK) == 0;
}

bool prefix_path(char *path, size_t size, const char *prefix, const char *rest)
{
    size_t first = strlen(prefix);
    size_t second = strlen(rest) + 1;
    if (first + second > size)
        return false;
    memcpy(path, prefix, first);
    memcpy(path + first, rest, second);
    return true;
}
