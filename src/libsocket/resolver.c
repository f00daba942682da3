/* The order in which names are looked up: localhost, the hosts file, DNS with the search list. */
#include "resolver.h"
#include <arpa/inet.h>
#include <strings.h>

/* RFC 6761, section 6.3: these names are loopback addresses, and the question never leaves. */
static bool is_localhost(const char *name)
{
    static const char localhost[] = "localhost";
    size_t length = strlen(name);
    if (length > 0 && name[length - 1] == '.')
        length--;
    size_t tail = sizeof localhost - 1;
    return length >= tail && strncasecmp(name + length - tail, localhost, tail) == 0 && (length == tail || name[length - tail - 1] == '.');
}

static int loopback(const char *name, struct wanted_families wanted, struct host *host)
{
    snprintf(host->name, sizeof host->name, "%s", name);
    host->count = 0;
    struct in_addr inet = { htonl(INADDR_LOOPBACK) };
    if (wanted.inet6)
        host_add(host, AF_INET6, &in6addr_loopback);
    if (wanted.inet)
        host_add(host, AF_INET, &inet);
    return 0;
}

static int count_dots(const char *name)
{
    int dots = 0;
    for (; *name != '\0'; name++)
        dots += *name == '.';
    return dots;
}

/* resolv.conf(5): with enough dots the name as it is comes first, otherwise last; with a dot at the end, nothing else. */
static int search_dns(const char *prefix, const char *name, struct wanted_families wanted, struct host *host)
{
    struct resolver_configuration configuration;
    resolver_configure(prefix, &configuration);
    size_t length = strlen(name);
    bool absolute = name[length - 1] == '.';
    bool first = absolute || count_dots(name) >= configuration.ndots;
    int best = EAI_NONAME;
    int result = EAI_NONAME;
    if (first) {
        result = dns_find_name(&configuration, name, wanted, host);
        if (result == EAI_NODATA)
            best = result;
    }
    for (int i = 0; i < configuration.domain_count && !absolute && (result == EAI_NONAME || result == EAI_NODATA); i++) {
        char qualified[2 * RESOLVER_MAXIMUM_NAME];
        snprintf(qualified, sizeof qualified, "%s.%s", name, configuration.domains[i]);
        result = dns_find_name(&configuration, qualified, wanted, host);
        if (result == EAI_NODATA)
            best = result;
    }
    if (!first && (result == EAI_NONAME || result == EAI_NODATA))
        result = dns_find_name(&configuration, name, wanted, host);
    return result == EAI_NONAME ? best : result;
}

int resolver_find_name(const char *prefix, const char *name, struct wanted_families wanted, struct host *host)
{
    size_t length = strlen(name);
    if (length == 0 || length >= RESOLVER_MAXIMUM_NAME)
        return EAI_NONAME;
    if (hosts_find_name(prefix, name, wanted, host))
        return 0;
    return is_localhost(name) ? loopback(name, wanted, host) : search_dns(prefix, name, wanted, host);
}

int resolver_find_address(const char *prefix, const struct host_address *address, char name[RESOLVER_MAXIMUM_NAME])
{
    if (hosts_find_address(prefix, address, name))
        return 0;
    struct resolver_configuration configuration;
    resolver_configure(prefix, &configuration);
    return dns_find_address(&configuration, address, name);
}
