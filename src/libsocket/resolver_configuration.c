/* resolv.conf(5). */
#include "resolver.h"
#include "prefix.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>

enum { DNS_PORT = 53, MAXIMUM_NDOTS = 15, MAXIMUM_TIMEOUT = 30, MAXIMUM_ATTEMPTS = 5 };

FILE *resolver_open(const char *prefix, const char *name)
{
    char path[512];
    char rest[64];
    snprintf(rest, sizeof rest, "/etc/%s", name);
    FILE *file = NULL;
    if (*prefix != '\0' && prefix_path(path, sizeof path, prefix, rest))
        file = fopen(path, "re");
    return file != NULL ? file : fopen(rest, "re");
}

static void add_server(struct resolver_configuration *configuration, char *text)
{
    if (configuration->server_count == RESOLVER_MAXIMUM_SERVERS)
        return;
    struct sockaddr_in inet = { .sin_family = AF_INET, .sin_port = htons(DNS_PORT) };
    struct sockaddr_in6 inet6 = { .sin6_family = AF_INET6, .sin6_port = htons(DNS_PORT) };
    struct sockaddr_storage *server = &configuration->servers[configuration->server_count];
    memset(server, 0, sizeof *server);
    char *scope = strchr(text, '%');
    if (scope != NULL) {
        *scope++ = '\0';
        inet6.sin6_scope_id = if_nametoindex(scope);
    }
    if (inet_pton(AF_INET, text, &inet.sin_addr) == 1)
        memcpy(server, &inet, sizeof inet);
    else if (inet_pton(AF_INET6, text, &inet6.sin6_addr) == 1)
        memcpy(server, &inet6, sizeof inet6);
    else
        return;
    configuration->server_count++;
}

static int limited(const char *text, int maximum)
{
    long value = strtol(text, NULL, 10);
    return value < 0 ? 0 : value > maximum ? maximum : (int)value;
}

static void set_option(struct resolver_configuration *configuration, const char *option)
{
    if (strncmp(option, "ndots:", 6) == 0)
        configuration->ndots = limited(option + 6, MAXIMUM_NDOTS);
    else if (strncmp(option, "timeout:", 8) == 0)
        configuration->timeout = limited(option + 8, MAXIMUM_TIMEOUT);
    else if (strncmp(option, "attempts:", 9) == 0)
        configuration->attempts = limited(option + 9, MAXIMUM_ATTEMPTS);
    else if (strcmp(option, "rotate") == 0)
        configuration->rotate = true;
    else if (strcmp(option, "use-vc") == 0)
        configuration->use_tcp = true;
}

static void read_line(struct resolver_configuration *configuration, char *line)
{
    const char separators[] = " \t\r\n";
    char *rest;
    char *keyword = strtok_r(line, separators, &rest);
    if (keyword == NULL || *keyword == '#' || *keyword == ';')
        return;
    bool search = strcmp(keyword, "search") == 0 || strcmp(keyword, "domain") == 0;
    if (search)
        configuration->domain_count = 0;    /* the last line of them counts */
    for (char *word; (word = strtok_r(NULL, separators, &rest)) != NULL;) {
        if (strcmp(keyword, "nameserver") == 0)
            add_server(configuration, word);
        else if (strcmp(keyword, "options") == 0)
            set_option(configuration, word);
        else if (search && configuration->domain_count < RESOLVER_MAXIMUM_DOMAINS && strlen(word) < RESOLVER_MAXIMUM_NAME)
            strcpy(configuration->domains[configuration->domain_count++], word);
    }
}

void resolver_configure(const char *prefix, struct resolver_configuration *configuration)
{
    *configuration = (struct resolver_configuration){ .ndots = 1, .timeout = 5, .attempts = 2 };
    FILE *file = resolver_open(prefix, "resolv.conf");
    char line[1024];
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        read_line(configuration, line);
    if (file != NULL)
        fclose(file);
    if (configuration->server_count == 0) {
        char here[] = "127.0.0.1";
        add_server(configuration, here);
    }
    if (configuration->timeout == 0)
        configuration->timeout = 1;
    if (configuration->attempts == 0)
        configuration->attempts = 1;
}
