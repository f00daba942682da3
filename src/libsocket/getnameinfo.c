/* getnameinfo(): numbers and services by the C library, names of hosts and interfaces by the stack. */
#include "prefix.h"
#include "real.h"
#include "resolver.h"
#include <strings.h>

/* NI_NOFQDN: a name in our own domain is given without it. */
static void strip_domain(const char *prefix, char *name)
{
    struct resolver_configuration configuration;
    resolver_configure(prefix, &configuration);
    char *dot = strchr(name, '.');
    if (dot != NULL && configuration.domain_count > 0 && strcasecmp(dot + 1, configuration.domains[0]) == 0)
        *dot = '\0';
}

/* "%interface" at the end of a link-local address. */
static int append_scope(unsigned scope, char *host, socklen_t size)
{
    char name[IF_NAMESIZE];
    size_t used = strlen(host);
    if (if_indextoname(scope, name) == NULL)
        snprintf(name, sizeof name, "%u", scope);
    return (size_t)snprintf(host + used, size - used, "%%%s", name) < size - used ? 0 : EAI_OVERFLOW;
}

EXPORT int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict host, socklen_t host_size, char *restrict service,
    socklen_t service_size, int flags)
{
    const char *prefix = prefix_now();
    bool internet = length >= sizeof(struct sockaddr_in)
        && (address->sa_family == AF_INET || (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)));
    if (prefix == NULL || !internet || host == NULL || host_size == 0)
        return REAL(getnameinfo)(address, length, host, host_size, service, service_size, flags);

    struct sockaddr_storage copy = { 0 };
    memcpy(&copy, address, smaller(length, sizeof copy));
    struct host_address wanted = { .family = address->sa_family };
    unsigned scope = 0;
    if (wanted.family == AF_INET6) {
        struct sockaddr_in6 *inet6 = (struct sockaddr_in6 *)&copy;
        scope = inet6->sin6_scope_id;
        inet6->sin6_scope_id = 0;
        memcpy(wanted.bytes, &inet6->sin6_addr, sizeof inet6->sin6_addr);
    } else {
        memcpy(wanted.bytes, &((struct sockaddr_in *)&copy)->sin_addr, sizeof(struct in_addr));
    }

    char name[RESOLVER_MAXIMUM_NAME];
    if ((flags & NI_NUMERICHOST) == 0 && resolver_find_address(prefix, &wanted, name) == 0) {
        if ((flags & NI_NOFQDN) != 0)
            strip_domain(prefix, name);
        if (strlen(name) >= host_size)
            return EAI_OVERFLOW;
        strcpy(host, name);
        if (service == NULL || service_size == 0)
            return 0;
        return REAL(getnameinfo)((struct sockaddr *)&copy, length, NULL, 0, service, service_size, flags & ~NI_NAMEREQD);
    }
    if ((flags & NI_NAMEREQD) != 0 && (flags & NI_NUMERICHOST) == 0)
        return EAI_NONAME;
    int error = REAL(getnameinfo)((struct sockaddr *)&copy, length, host, host_size, service, service_size, (flags & ~NI_NAMEREQD) | NI_NUMERICHOST);
    return error != 0 || scope == 0 ? error : append_scope(scope, host, host_size);
}
