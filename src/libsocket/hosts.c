/* hosts(5). */
#include "resolver.h"
#include <arpa/inet.h>
#include <strings.h>

void host_add(struct host *host, int family, const void *bytes)
{
    size_t size = host_address_size(family);
    for (size_t i = 0; i < host->count; i++) {
        if (host->addresses[i].family == family && memcmp(host->addresses[i].bytes, bytes, size) == 0)
            return;
    }
    if (host->count == RESOLVER_MAXIMUM_ADDRESSES)
        return;
    struct host_address *added = &host->addresses[host->count++];
    added->family = family;
    memcpy(added->bytes, bytes, size);
}

/* A line's address and the beginning of its names. */
static bool read_line(char *line, struct host_address *address, char **names)
{
    line[strcspn(line, "#\n")] = '\0';
    char *text = strtok_r(line, " \t\r", names);
    if (text == NULL)
        return false;
    text[strcspn(text, "%")] = '\0';
    address->family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
    return inet_pton(address->family, text, address->bytes) == 1;
}

bool hosts_find_name(const char *prefix, const char *name, struct wanted_families wanted, struct host *host)
{
    FILE *file = resolver_open(prefix, "hosts");
    if (file == NULL)
        return false;
    size_t length = strlen(name);
    if (length > 0 && name[length - 1] == '.')
        length--;       /* a fully qualified name */
    char line[1024];
    host->count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        struct host_address address;
        char *rest;
        if (!read_line(line, &address, &rest) || !(address.family == AF_INET6 ? wanted.inet6 : wanted.inet))
            continue;
        const char *canonical = NULL;
        bool matches = false;
        for (char *word; (word = strtok_r(NULL, " \t\r", &rest)) != NULL;) {
            if (canonical == NULL)
                canonical = word;
            matches = matches || (strlen(word) == length && strncasecmp(word, name, length) == 0);
        }
        if (!matches)
            continue;
        if (host->count == 0)
            snprintf(host->name, sizeof host->name, "%s", canonical);
        host_add(host, address.family, address.bytes);
    }
    fclose(file);
    return host->count > 0;
}

bool hosts_find_address(const char *prefix, const struct host_address *address, char name[RESOLVER_MAXIMUM_NAME])
{
    FILE *file = resolver_open(prefix, "hosts");
    if (file == NULL)
        return false;
    char line[1024];
    bool found = false;
    while (!found && fgets(line, sizeof line, file) != NULL) {
        struct host_address entry;
        char *rest;
        if (!read_line(line, &entry, &rest) || entry.family != address->family
            || memcmp(entry.bytes, address->bytes, host_address_size(entry.family)) != 0)
            continue;
        const char *word = strtok_r(NULL, " \t\r", &rest);
        found = word != NULL;
        if (found)
            snprintf(name, RESOLVER_MAXIMUM_NAME, "%s", word);
    }
    fclose(file);
    return found;
}
